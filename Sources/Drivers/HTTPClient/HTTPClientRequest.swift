public import HTTPTypes
public import SystemIO

/// A request to be sent.
public struct HTTPClientRequest: Sendable {
    /// The body. It may be read again from its beginning if a persistent connection turns out to be closed.
    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A part of an open file, read while it is sent. A file that ends early makes the request fail.
        case file(FileSlice)

        /// Bytes to send.
        public var length: Int64 {
            switch self {
            case .none: 0
            case .bytes(let bytes): Int64(bytes.count)
            case .file(let slice): slice.length
            }
        }
    }

    public var method: HTTPMethod
    /// `http://` or `https://`, percent-encoded if needed.
    public var url: String
    public var fields: HTTPFields
    public var body: Body
    /// Called regularly on the transfer's thread, with the bytes of the bodies sent and received so far. It must not
    /// wait.
    public var onProgress: (@Sendable (_ sent: Int64, _ received: Int64) -> Void)?

    public init(_ method: HTTPMethod, _ url: String, fields: HTTPFields = [:], body: Body = .none) {
        (self.method, self.url, self.fields, self.body) = (method, url, fields, body)
    }
}
