internal import Domain
internal import TextCoding

/// The value of one parameter, read strictly: digits and points, no signs, no exponents.
struct ParameterValue {
    let name: String
    let text: String

    func side() throws(TransformationError) -> Double {
        Double(try number(in: 1...16_383, "a whole number of pixels from 1 to 16383"))
    }

    func number(in range: ClosedRange<Int>, _ expectation: String? = nil) throws(TransformationError) -> Int {
        guard !text.isEmpty, text.count <= 9, text.utf8.allSatisfy(Self.isDigit), let number = Int(text),
            range.contains(number)
        else { throw malformed(expectation ?? "a whole number from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    func decimal(in range: ClosedRange<Double>) throws(TransformationError) -> Double {
        guard let number = DecimalNumber.read(text), range.contains(number) else {
            throw malformed("a number from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))")
        }
        return number
    }

    func flag() throws(TransformationError) -> Bool { try word(["true", "false"]) == "true" }

    func word(_ words: [String]) throws(TransformationError) -> String {
        guard words.contains(text) else { throw malformed("one of " + words.joined(separator: ", ")) }
        return text
    }

    func choice<Choice: RawRepresentable<String>>(_ choices: [Choice]) throws(TransformationError) -> Choice {
        guard let choice = choices.first(where: { $0.rawValue == text }) else {
            throw malformed("one of " + choices.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    func format() throws(TransformationError) -> FormatChoice {
        if text == "auto" { return .automatic(.usual) }
        guard let format = ImageFormat.written.first(where: { $0.rawValue == text || $0.fileExtension == text }) else {
            let names = ImageFormat.written.map(\.rawValue).joined(separator: ", ")
            throw malformed("one of auto, \(names)")
        }
        return .fixed(format)
    }

    /// `x,y,w,h` in pixels; or in hundredths, either each with a percent sign or with `pct:` before all.
    func region() throws(TransformationError) -> Region {
        let expectation = "x,y,width,height in pixels, or in percent such as 10%,10%,50%,50%"
        var numbers = text
        var isPercent = false
        if numbers.hasPrefix("pct:") {
            (numbers, isPercent) = (String(numbers.dropFirst(4)), true)
        } else if numbers.hasSuffix("%") {
            isPercent = true
        }
        var values: [Double] = []
        for part in numbers.split(separator: ",", omittingEmptySubsequences: false) {
            let hasSign = part.hasSuffix("%")
            guard !hasSign || (isPercent && !text.hasPrefix("pct:")), !isPercent || hasSign || text.hasPrefix("pct:"),
                let value = DecimalNumber.read(hasSign ? part.dropLast() : part), value <= 1e7
            else { throw malformed(expectation) }
            values.append(value)
        }
        guard values.count == 4 else { throw malformed(expectation) }
        return isPercent
            ? .percent(x: values[0], y: values[1], width: values[2], height: values[3])
            : .pixels(x: values[0], y: values[1], width: values[2], height: values[3])
    }

    /// `white`, `black`, `transparent`, or three, six or eight hexadecimal digits.
    func background() throws(TransformationError) -> Background {
        let names: [String: Background] = ["white": .white, "black": .black, "transparent": .transparent]
        if let named = names[text] { return named }
        let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
        let full = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
        guard let bytes = Hexadecimal.decode(full), bytes.count == 3 || bytes.count == 4 else {
            throw malformed("white, black, transparent, or hexadecimal digits as RGB, RRGGBB or RRGGBBAA")
        }
        return Background(red: bytes[0], green: bytes[1], blue: bytes[2], alpha: bytes.count == 4 ? bytes[3] : 255)
    }

    private func malformed(_ expectation: String) -> TransformationError {
        TransformationError(
            .malformed, parameter: name,
            "The parameter '\(name)' must be \(expectation), not '\(text.prefix(100))'.")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}

/// Parses decimal numbers in URLs: `12`, `0.5`, `.5`; no sign, no exponent, no infinity.
public enum DecimalNumber {
    /// Digits and at most one point, at most 20 characters; nil for anything else.
    public static func read(_ text: some StringProtocol) -> Double? {
        let bytes = Array(text.utf8)
        let digits = bytes.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        let points = bytes.filter { $0 == UInt8(ascii: ".") }.count
        guard (1...20).contains(bytes.count), digits >= 1, points <= 1, digits + points == bytes.count,
            bytes.last != UInt8(ascii: ".")
        else { return nil }
        return Double(text)
    }
}
