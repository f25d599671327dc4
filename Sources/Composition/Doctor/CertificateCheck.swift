internal import Domain
internal import HTTPServer
internal import SystemIO

/// The certificate of the server: how long it is valid, and who can read its key.
struct CertificateCheck {
    let settings: ServerSettings

    private static let renew =
        "renew it, and see that the program that renews it sends SIGHUP to the server, or reloads its unit"

    func findings(now: Timestamp) -> [Finding] {
        guard let certificate = settings.listener.certificate else { return [] }
        return [validity(CertificateValidity(of: certificate, at: now))] + key()
    }

    private func validity(_ validity: CertificateValidity) -> Finding {
        switch validity {
        case .valid(let end): .ok("certificate", "it belongs to its key, and is valid until \(end)")
        case .expiringSoon(let end): .warning("certificate", "it is valid only until \(end)", Self.renew)
        case .expired(let end): .problem("certificate", "it was valid until \(end): clients refuse it", Self.renew)
        case .notYetValid(let start):
            .problem(
                "certificate", "it is not valid before \(start): clients refuse it",
                "see that the clock is right, or use the certificate that is valid now")
        }
    }

    private func key() -> [Finding] {
        guard let path = settings.tlsKey,
            // That it can be read was seen before.
            let status = try? FileStatus.find(path, followingLinks: true), status.permissions & 0o007 != 0
        else { return [] }
        return [
            .warning(
                "private key", "every user of this machine can open \(path)",
                "run chmod o= on it, and renew it if it was read")
        ]
    }
}
