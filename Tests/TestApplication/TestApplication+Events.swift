import Composition
public import Domain
import Foundation
public import HTTPTypes
import Streams

/// A server-sent event.
public struct TestEvent: Sendable {
    public let name: String, id: String?
    public let data: JSONValue
}

/// The stream of events of one answer.
public actor TestEvents {
    private let stream: ByteStream
    private var waiting: [TestEvent] = []

    init(_ stream: ByteStream) { self.stream = stream }

    /// The next event with another name than `heartbeat`, unless that is wanted; nil at the end.
    public func next(heartbeats: Bool = false) async throws -> TestEvent? {
        while true {
            while !waiting.isEmpty {
                let event = waiting.removeFirst()
                if heartbeats || event.name != "heartbeat" { return event }
            }
            guard let bytes = try await stream.next() else { return nil }
            waiting += String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n").compactMap(Self.event)
        }
    }

    private static func event(_ text: String) -> TestEvent? {
        guard !text.isEmpty else { return nil }
        var fields: [String: String] = [:]
        for line in text.components(separatedBy: "\n") {
            let parts = line.components(separatedBy: ": ")
            fields[parts[0]] = parts.dropFirst().joined(separator: ": ")
        }
        let data = try? JSONDecoder().decode(JSONValue.self, from: Data((fields["data"] ?? "").utf8))
        return TestEvent(name: fields["event"] ?? "", id: fields["id"], data: data ?? .null)
    }
}

extension TestApplication {
    /// The stream of events at an address.
    ///
    /// - Throws: `Missing` if the answer is no stream.
    public func events(_ target: String, _ fields: HTTPFields = [:], token: String? = nil) async throws -> TestEvents {
        var fields = fields
        fields["Host"] = "localhost:5000"
        if let token { fields["Authorization"] = "Bearer \(token)" }
        let request = HTTPRequest(
            method: .get, target: try RequestTarget(target), fields: fields,
            connection: HTTPRequest.Connection(address: "127.0.0.1") { 0 }, id: "test", contentLength: 0, body: .empty)
        let response = await server.handler.respond(to: request)
        guard response.status == .ok, case .stream(_, let stream) = response.body else {
            throw Missing(description: "a stream expected, not \(response.status)")
        }
        return TestEvents(stream)
    }
}
