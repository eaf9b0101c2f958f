//! vsftpd, with its anonymous account alone: all others are accounts of the system. The account
//! has a password all the same, because vsftpd can ask for one of a list of e-mail addresses.

use std::process::Command;

use crate::certificate::Certificate;
use crate::inetd::Inetd;
use crate::server::{Ground, Missing, Security, Server, find, user_and_group};

pub fn start(ground: Ground, security: Security) -> Result<Server, Missing> {
    let program = find("vsftpd")?;
    let passwords = ground.write("passwords", "test@example.com\n");
    let (user, _) = user_and_group();
    let certificate = Certificate::new();
    let file = ground.write("server.pem", &certificate.server);
    let tls = if security == Security::Plain { "NO" } else { "YES" };
    let implicit = if security == Security::Implicit { "YES" } else { "NO" };
    let settings = format!(
        "listen=NO\n\
         run_as_launching_user=YES\n\
         ftp_username={user}\n\
         seccomp_sandbox=NO\n\
         anonymous_enable=YES\n\
         local_enable=NO\n\
         secure_email_list_enable=YES\n\
         email_password_file={passwords}\n\
         anon_root={root}\n\
         secure_chroot_dir={root}\n\
         write_enable=YES\n\
         anon_upload_enable=YES\n\
         anon_mkdir_write_enable=YES\n\
         anon_other_write_enable=YES\n\
         anon_world_readable_only=NO\n\
         xferlog_enable=NO\n\
         ssl_enable={tls}\n\
         implicit_ssl={implicit}\n\
         allow_anon_ssl=YES\n\
         force_anon_logins_ssl={tls}\n\
         force_anon_data_ssl={tls}\n\
         require_ssl_reuse=NO\n\
         ssl_ciphers=HIGH\n\
         rsa_cert_file={file}\n\
         rsa_private_key_file={file}\n",
        file = file.display(),
        passwords = passwords.display(),
        root = ground.root().display(),
    );
    let mut command = Command::new(program);
    command.arg(ground.write("vsftpd.conf", &settings));
    let inetd = Inetd::start(ground.listen()?, command);
    Ok(Server {
        address: inetd.address(),
        account: ("anonymous", "test@example.com"),
        authority: certificate.authority,
        ground,
        _process: Box::new(inetd),
    })
}
