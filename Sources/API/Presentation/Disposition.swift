internal import HTTPTypes

/// Whether a browser displays a file or saves it, and under which name (RFC 6266).
enum Disposition {
    /// The value of `Content-Disposition`, with the name in ASCII for old clients and unchanged in UTF-8.
    static func field(inline: Bool, name: String) -> String {
        let plain = name.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && !"\"\\/;%".unicodeScalars.contains(scalar) ? String(scalar) : "_"
        }.joined()
        return
            "\(inline ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(PercentEncoding.encode(name))"
    }
}
