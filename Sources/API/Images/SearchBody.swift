internal import Domain
internal import HTTPTypes
internal import TextCoding

/// The criteria of a list as members of a body, which are named as the parameters of the list.
struct SearchBody: Decodable {
    /// A parameter's value, or several.
    private struct Value: Decodable {
        let texts: [String]

        init(from decoder: any Decoder) throws {
            switch try JSONValue(from: decoder) {
            case .string(let text): texts = [text]
            case .integer(let number): texts = [String(number)]
            case .array(let values): texts = try values.map { try Self.text($0, decoder.codingPath) }
            default: throw Self.refused(decoder.codingPath)
            }
        }

        private static func text(_ value: JSONValue, _ path: [any CodingKey]) throws -> String {
            guard case .string(let text) = value else { throw refused(path) }
            return text
        }

        private static func refused(_ path: [any CodingKey]) -> DecodingError {
            .refused(path, "a text, a whole number or an array of texts expected, as the parameter has it")
        }
    }

    private let parameters: [(name: String, values: [String])]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        parameters = try container.allKeys.map { key in
            (key.stringValue, try container.decode(Value.self, forKey: key).texts)
        }
    }

    /// Reads criteria that have members of other kinds beside them: numbers are numbers, and what may be given several times
    /// is an array.
    ///
    /// - Parameter members: those of the object that are criteria.
    init(_ members: [AnyCodingKey], of container: KeyedDecodingContainer<AnyCodingKey>) throws {
        parameters = try members.map { key in
            switch key.stringValue {
            case let name where SearchQuery.repeatable.contains(name):
                (name, try container.decode([String].self, forKey: key))
            case let name where SearchQuery.numeric.contains(name):
                (name, [String(try container.decode(Int64.self, forKey: key))])
            case let name: (name, [try container.decode(String.self, forKey: key)])
            }
        }
    }

    /// - Parameter pointer: the object that has the members.
    /// - Throws: a problem that names the member.
    func criteria(at pointer: String) throws -> SearchCriteria {
        let pairs = parameters.flatMap { name, values in
            values.map { "\(PercentEncoding.encode(name))=\(PercentEncoding.encode($0))" }
        }
        do {
            return try SearchQuery.readOrdered(try RequestTarget("/?" + pairs.joined(separator: "&")))
        } catch var problem as Problem {
            if case .parameter(let name)? = problem.fault {
                problem.fault = .pointer(pointer + JSONPointer.text([name]))
            }
            throw problem
        }
    }
}
