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

    /// The root comes first. Nodes name each other by their index, so that a look-up copies none.
    private var nodes = [Node()]

    /// If two routes have the same method and path, the later one is used.
    public init(_ routes: [Route]) {
        for route in routes {
            var index = 0
            for component in route.pattern { index = addNode(for: component, below: index) }
            nodes[index].routes[route.method] = route
        }
    }

    func match(_ method: HTTPMethod, _ components: [String]) -> Match {
        var values: [(String, String)] = []
        guard let index = find(components[...], below: 0, &values), !nodes[index].routes.isEmpty else {
            return .unknown
        }
        let effective = method == .head && nodes[index].routes[.head] == nil ? .get : method
        if let route = nodes[index].routes[effective] { return .found(route, PathParameters(values)) }
        return .otherMethods(nodes[index].methods)
    }

    private mutating func addNode(for component: Route.Component, below index: Int) -> Int {
        switch component {
        case .literal(let text):
            if let known = nodes[index].literals[text] { return known }
            nodes[index].literals[text] = nodes.count
        case .parameter(let name):
            let known = nodes[index].parameter?.node
            nodes[index].parameter = (name, known ?? nodes.count)
            if let known { return known }
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    /// The node at which the components end. Literal components take precedence over parameters.
    private func find(_ components: ArraySlice<String>, below index: Int, _ values: inout [(String, String)]) -> Int? {
        guard let first = components.first else { return index }
        if let next = nodes[index].literals[first], let found = find(components.dropFirst(), below: next, &values) {
            return found
        }
        guard let (name, next) = nodes[index].parameter, !first.isEmpty else { return nil }
        values.append((name, first))
        if let found = find(components.dropFirst(), below: next, &values) { return found }
        values.removeLast()
        return nil
    }

    /// A component of a path: the components that may follow it, and the handlers of the path that ends here.
    private struct Node: Sendable {
        var routes: [HTTPMethod: Route] = [:]
        var literals: [String: Int] = [:]
        var parameter: (name: String, node: Int)?

        /// Sorted, with HEAD and OPTIONS, which every route answers.
        var methods: [HTTPMethod] {
            let own = Set(routes.keys)
            let all = own.union([.options]).union(own.contains(.get) ? [.head] : [])
            return all.sorted { $0.rawValue < $1.rawValue }
        }
    }
}

/// The values of a path for the parameters of its pattern.
public struct PathParameters: Sendable {
    private let values: [(String, String)]

    init(_ values: [(String, String)]) { self.values = values }

    subscript(name: String) -> String { values.first { $0.0 == name }?.1 ?? "" }
}
