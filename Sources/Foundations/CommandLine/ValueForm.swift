/// The values of a configuration file that an option takes.
public enum ValueForm: Sendable {
    case text, integer
    /// An integer, or a text with a unit.
    case byteCount
    /// A boolean.
    case flag
    /// A boolean, or the text `on` or `off`.
    case onOrOff
    /// An array of texts, or a text with commas.
    case list

    /// The value as a command line has it; nil if the option does not take one of this kind.
    func texts(of value: ConfigurationFile.Value) -> [String]? {
        switch (self, value) {
        case (.text, .text(let text)), (.byteCount, .text(let text)), (.onOrOff, .text(let text)),
            (.list, .text(let text)):
            [text]
        case (.integer, .integer(let number)), (.byteCount, .integer(let number)): ["\(number)"]
        case (.flag, .boolean(let value)): ["\(value)"]
        case (.onOrOff, .boolean(let value)): [value ? "on" : "off"]
        // A comma within an element would make two of it.
        case (.list, .texts(let texts)) where !texts.contains { $0.contains(",") }: [texts.joined(separator: ",")]
        default: nil
        }
    }
}
