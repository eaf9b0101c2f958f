# A modem on a TCP port: RFC 2217 on 2217, raw bytes on 2216.
#
#     docker build --tag qftpsim .
#     docker run --rm --publish 127.0.0.1:2217:2217 qftpsim
FROM rust:1-slim-trixie AS build
WORKDIR /src
COPY . .
RUN cargo install --locked --path . --root /out

FROM debian:trixie-slim
COPY --from=build /out/bin/qftpsim /usr/local/bin/
USER nobody
EXPOSE 2216 2217
ENTRYPOINT ["qftpsim"]
CMD ["run", "--no-pty", "--tcp", "0.0.0.0:2216", "--rfc2217", "0.0.0.0:2217"]
