internal import HTTPTypes

/// How a browser is to take a file, and what it is called there (RFC 6266).
enum Disposition {
    /// The value of `Content-Disposition`, with the name once for old clients and once as it is.
    static func field(inline: Bool, name: String) -> String {
        let plain = name.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && !"\"\\/;%".unicodeScalars.contains(scalar) ? String(scalar) : "_"
        }.joined()
        return
            "\(inline ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }
}
