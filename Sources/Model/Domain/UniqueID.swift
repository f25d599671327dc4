internal import TextCoding

/// A UUID, version 7: 48 bits of milliseconds since 1970, then random bits, so that ids sort by age (RFC 9562, 5.7).
public struct UniqueID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first and the second eight bytes, most significant first.
    let high: UInt64, low: UInt64

    /// A fresh id of this moment.
    public init(at time: Timestamp = .now) {
        var generator = SystemRandomNumberGenerator()
        let milliseconds = UInt64(max(0, time.microseconds / 1000))
        high = milliseconds << 16 | 0x7000 | (generator.next() & 0x0FFF)
        low = 1 << 63 | (generator.next() >> 2)
    }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Takes 16 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads the form `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, of either case and any version; nil for anything else.
    public init?(_ text: String) {
        var halves: (UInt64, UInt64) = (0, 0)
        var position = 0
        for byte in text.utf8 {
            switch position {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return nil }
            case 0..<18:
                guard let digit = Hexadecimal.value(byte) else { return nil }
                halves.0 = halves.0 << 4 | UInt64(digit)
            case 19..<36:
                guard let digit = Hexadecimal.value(byte) else { return nil }
                halves.1 = halves.1 << 4 | UInt64(digit)
            default: return nil
            }
            position += 1
        }
        guard position == 36 else { return nil }
        self.init(high: halves.0, low: halves.1)
    }

    /// The 16 bytes, most significant first.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
    }

    /// The form of RFC 9562, section 4: 36 characters, lower case.
    public var description: String {
        // Digit by digit into bytes: a list has hundreds of ids, and characters take ten times as long.
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            let half = index < 16 ? high : low
            text.append(Hexadecimal.digit(UInt8(half >> (60 - 4 * UInt64(index & 15)) & 15)))
        }
        return String(decoding: text, as: UTF8.self)
    }

    public static func < (left: UniqueID, right: UniqueID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

/// An identity that is a UUID of version 7 with a kind of its own, so that ids of different things cannot be confused.
public protocol Identity: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    var value: UniqueID { get }
    init(value: UniqueID)
}

extension Identity {
    /// A fresh identity.
    public init() { self.init(value: UniqueID()) }

    /// Takes 16 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard let value = UniqueID(bytes: bytes) else { return nil }
        self.init(value: value)
    }

    /// Reads the textual form of a UUID; nil for anything else.
    public init?(_ text: String) {
        guard let value = UniqueID(text) else { return nil }
        self.init(value: value)
    }

    public var bytes: [UInt8] { value.bytes }
    public var description: String { value.description }
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = UniqueID(try container.decode(String.self)) else {
            throw DecodingError.refused(container.codingPath, "a UUID expected")
        }
        self.init(value: value)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The identity of an image.
public struct ImageID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// The identity of an album.
public struct AlbumID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// The identity of a job.
public struct JobID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }
}

/// The identity of an account.
public struct AccountID: Identity {
    public let value: UniqueID
    public init(value: UniqueID) { self.value = value }

    /// The built-in account `root`, which anonymous requests act as on a loopback address.
    public static let root = AccountID(value: UniqueID(high: 0, low: 1))
}
