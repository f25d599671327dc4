internal import HTTPTypes

/// The routes of an API, immutable: which handler answers which method on which path.
public struct Router: Sendable {
    /// The result of looking up a method and a path.
    enum Match {
        case found(Route, PathParameters)
        /// The path is known, but not with this method; the value lists its methods.
        case otherMethods([HTTPMethod])
        case unknown
    }

    private let root: Node

    /// If two routes have the same method and path, the later one is used.
    public init(_ routes: [Route]) {
        var root = Node()
        for route in routes { root.add(route, at: route.pattern[...]) }
        self.root = root
    }

    func match(_ method: HTTPMethod, _ components: [String]) -> Match {
        var values: [(String, String)] = []
        guard let node = root.find(components[...], &values), !node.routes.isEmpty else { return .unknown }
        let effective = method == .head && node.routes[.head] == nil ? .get : method
        if let route = node.routes[effective] { return .found(route, PathParameters(values)) }
        return .otherMethods(node.methods)
    }

    /// A component of a path: the components that may follow it, and the handlers of the path that ends here.
    private struct Node: Sendable {
        var routes: [HTTPMethod: Route] = [:]
        private var literals: [String: Node] = [:]
        private var parameter: (name: String, node: Indirect)?

        init() {}

        /// Sorted, with HEAD and OPTIONS, which every route answers.
        var methods: [HTTPMethod] {
            let own = Set(routes.keys)
            let all = own.union([.options]).union(own.contains(.get) ? [.head] : [])
            return all.sorted { $0.rawValue < $1.rawValue }
        }

        mutating func add(_ route: Route, at pattern: ArraySlice<Route.Component>) {
            switch pattern.first {
            case nil: routes[route.method] = route
            case .literal(let text): literals[text, default: Node()].add(route, at: pattern.dropFirst())
            case .parameter(let name):
                var node = parameter?.node.node ?? Node()
                node.add(route, at: pattern.dropFirst())
                parameter = (name, Indirect(node))
            }
        }

        /// Literal components take precedence over parameters.
        func find(_ components: ArraySlice<String>, _ values: inout [(String, String)]) -> Node? {
            guard let first = components.first else { return self }
            if let node = literals[first], let found = node.find(components.dropFirst(), &values) { return found }
            guard let parameter, !first.isEmpty else { return nil }
            values.append((parameter.name, first))
            if let found = parameter.node.node.find(components.dropFirst(), &values) { return found }
            values.removeLast()
            return nil
        }
    }

    private final class Indirect: Sendable {
        let node: Node
        init(_ node: Node) { self.node = node }
    }
}

/// The values of a path for the parameters of its pattern.
public struct PathParameters: Sendable {
    private let values: [(String, String)]

    init(_ values: [(String, String)]) { self.values = values }

    subscript(name: String) -> String { values.first { $0.0 == name }?.1 ?? "" }
}
