//! ProFTPD, with an account from a file of its own.

use std::path::Path;
use std::process::Command;

use nix::unistd::{Gid, Uid};

use crate::certificate::Certificate;
use crate::inetd::Inetd;
use crate::server::{Ground, Missing, Security, Server, find, user_and_group};

/// `secret`, as crypt(3) stores it.
pub const SECRET: &str = "$1$qftpsim0$Wz0TMAHK.HroDuCGoyonD/";

pub fn start(ground: Ground, security: Security) -> Result<Server, Missing> {
    let program = find("proftpd")?;
    let (user, group) = user_and_group();
    let root = ground.root();
    let (uid, gid, home) = (Uid::current(), Gid::current(), root.display());
    let accounts = format!("test:{SECRET}:{uid}:{gid}::{home}:/bin/false\n");
    let accounts = ground.write("accounts", &accounts);
    let certificate = Certificate::new();
    let file = ground.write("server.pem", &certificate.server);
    let settings = format!(
        "ServerType inetd\n\
         Port 0\n\
         DefaultServer on\n\
         {modules}\
         {tls}\
         User {user}\n\
         Group {group}\n\
         RootLogin on\n\
         AuthOrder mod_auth_file.c\n\
         AuthUserFile {accounts}\n\
         RequireValidShell off\n\
         UseFtpUsers off\n\
         UseReverseDNS off\n\
         DelayEngine off\n\
         WtmpLog off\n\
         SystemLog none\n\
         TransferLog none\n\
         ScoreboardFile none\n\
         AllowOverwrite on\n\
         AllowStoreRestart on\n",
        modules = modules(&program),
        tls = tls(security, &file),
        accounts = accounts.display(),
    );
    let mut command = Command::new(program);
    command.args(["--nodaemon", "--config"]).arg(ground.write("proftpd.conf", &settings));
    let inetd = Inetd::start(ground.listen()?, command);
    let account = ("test", "secret");
    let authority = certificate.authority;
    Ok(Server { address: inetd.address(), account, authority, ground, _process: Box::new(inetd) })
}

/// Its modules are where the program is, which need not be where it was built for.
fn modules(program: &Path) -> String {
    let prefix = program.parent().and_then(Path::parent).expect("<prefix>/sbin/proftpd");
    let folder = prefix.join("lib/proftpd");
    if folder.is_dir() { format!("ModulePath {}\n", folder.display()) } else { String::new() }
}

fn tls(security: Security, file: &Path) -> String {
    let options = match security {
        Security::Plain => return String::new(),
        Security::Explicit => "NoSessionReuseRequired",
        Security::Implicit => "NoSessionReuseRequired UseImplicitSSL",
    };
    let file = file.display();
    format!(
        "LoadModule mod_tls.c\n\
         TLSEngine on\n\
         TLSRequired on\n\
         TLSLog none\n\
         TLSOptions {options}\n\
         TLSECCertificateFile {file}\n\
         TLSECCertificateKeyFile {file}\n"
    )
}
