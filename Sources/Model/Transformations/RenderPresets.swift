/// Named transformations, so that addresses stay short and can be changed in one place.
public struct RenderPresets: Hashable, Sendable {
    private let presets: [String: [String: String]]

    /// None.
    public init() { presets = [:] }

    /// - Parameter presets: names, each with the parameters of a query.
    /// - Throws: `malformed`, which says which preset is wrong, and why.
    public init(_ presets: [String: [String: String]]) throws(TransformationError) {
        for (name, parameters) in presets.sorted(by: { $0.key < $1.key }) {
            do {
                _ = try TransformationSyntax.read(parameters.map { (name: $0.key, value: $0.value) })
            } catch {
                throw TransformationError(.malformed, "The preset '\(name)' cannot be read: \(error.message)")
            }
        }
        self.presets = presets
    }

    /// Reads a query that may contain `preset`. Parameters of the query take precedence over those of the preset.
    ///
    /// - Throws: `malformed`.
    public func read(_ query: [(name: String, value: String)]) throws(TransformationError) -> Transformation {
        guard let name = query.first(where: { $0.name == "preset" })?.value else {
            return try TransformationSyntax.read(query)
        }
        guard var parameters = presets[name] else {
            let names = presets.keys.sorted().joined(separator: ", ")
            throw TransformationError(
                .malformed, parameter: "preset",
                "There is no preset '\(name.prefix(100))'; \(names.isEmpty ? "there are none here" : "there are: \(names)")."
            )
        }
        for (name, value) in query where name != "preset" { parameters[name] = value }
        return try TransformationSyntax.read(parameters.map { (name: $0.key, value: $0.value) })
    }
}
