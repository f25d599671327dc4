internal import CommandLine
internal import Domain
internal import HTTPServer
internal import SystemIO

/// The files of a certificate and its private key.
enum TLSFiles {
    private static let maximumBytes: Int64 = 1 << 20

    /// Reads and checks both files; nil if none is named.
    ///
    /// - Throws: `UsageError` that names the option and the file, and says nothing of a key's content.
    static func read(certificate: String?, key: String?) throws(UsageError) -> TLSCertificate? {
        switch (certificate, key) {
        case (nil, nil): return nil
        case (nil, _?): throw UsageError("--tls-key needs --tls-certificate, the file of its certificate")
        case (_?, nil): throw UsageError("--tls-certificate needs --tls-key, the file of its private key")
        case (let certificate?, let key?):
            let text = try bytes(of: certificate, "--tls-certificate")
            let keyText = try bytes(of: key, "--tls-key")
            do throws(TLSCertificateError) {
                return try TLSCertificate(certificate: text, key: keyText)
            } catch {
                throw UsageError(explanation(error, certificate, key))
            }
        }
    }

    private static func explanation(_ error: TLSCertificateError, _ certificate: String, _ key: String) -> String {
        switch error {
        case .noCertificate: "--tls-certificate: \(certificate) has no certificate in PEM form"
        case .noKey: "--tls-key: \(key) has no private key in PEM form"
        case .encryptedKey: "--tls-key: the key in \(key) needs a password; give a file without one"
        case .mismatch: "--tls-key: the key in \(key) is not that of the certificate in \(certificate)"
        }
    }

    private static func bytes(of path: String, _ option: String) throws(UsageError) -> [UInt8] {
        do throws(SystemError) {
            let file = try FileDescriptor(reading: FilePath(path))
            return try file.read(at: 0, count: Int(min(try file.size(), maximumBytes)))
        } catch {
            throw UsageError("\(option): \(path) cannot be read: \(error.meaning)")
        }
    }
}

/// Whether a certificate is valid now.
enum CertificateValidity: Equatable {
    case valid(until: Timestamp)
    case expiringSoon(at: Timestamp)
    case expired(at: Timestamp)
    case notYetValid(before: Timestamp)

    /// How long before its end a certificate should have been renewed: Let's Encrypt's are renewed 30 days before.
    private static let noticeSeconds: Int64 = 14 * 86_400

    init(of certificate: TLSCertificate, at now: Timestamp) {
        let end = Timestamp(seconds: certificate.notAfter)
        if now.seconds > certificate.notAfter {
            self = .expired(at: end)
        } else if now.seconds < certificate.notBefore {
            self = .notYetValid(before: Timestamp(seconds: certificate.notBefore))
        } else {
            self =
                certificate.notAfter - now.seconds < Self.noticeSeconds ? .expiringSoon(at: end) : .valid(until: end)
        }
    }

    /// What is wrong, as a line for the log; nil if nothing is.
    var warning: String? {
        switch self {
        case .valid: nil
        case .expiringSoon(let end): "the certificate of --tls-certificate expires soon, at \(end)"
        case .expired(let end): "the certificate of --tls-certificate expired at \(end): clients refuse it"
        case .notYetValid(let start):
            "the certificate of --tls-certificate is not valid before \(start): clients refuse it"
        }
    }
}
