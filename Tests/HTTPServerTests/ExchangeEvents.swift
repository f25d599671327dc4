import HTTPTypes
import Streams
import Testing

@testable import HTTPServer

/// An event of `ExchangeStateMachine`, as a value for tables.
enum ExchangeEvent: Sendable {
    case advance
    /// nil for a chunked body.
    case expectBody(Int64?, expectingContinue: Bool = false)
    case handlerStarted
    case receive(Int)
    case respond(Int)
    case respondWithStream(Int)
    case earlyAnswerFailed
    case awaitSegments
    case segmentsAvailable
    case read(String)
    case cancelRead
    case abort
    case complete
    case checkOverdue(at: Double)
}

/// A state machine whose actions are described in words, such as `suspend` or `proceed, r gets 3 bytes`.
struct ExchangeUnderTest {
    static let interval = 0.25

    var machine = ExchangeStateMachine<String>(startedAt: 1000)
    var limits = ServerLimits()

    var isSuspended: Bool { machine.isSuspended }

    mutating func apply(_ event: ExchangeEvent) -> String {
        switch event {
        case .advance: return text(machine.advance())
        case .expectBody(let length, let isExpectingContinue):
            machine.expectBody(statedLength: length, isExpectingContinue: isExpectingContinue)
            return ""
        case .handlerStarted: return machine.handlerStarted() ? "cancel" : "keep"
        case .receive(let count):
            let piece = [UInt8](repeating: 7, count: count)
            return piece.withUnsafeBytes { text(machine.receive($0, limits: limits)) }
        case .respond(let code):
            return text(machine.respond(HTTPResponse(HTTPStatus(code, ""), body: .bytes([1]))))
        case .respondWithStream(let code):
            return text(
                machine.respond(HTTPResponse(HTTPStatus(code, ""), body: .stream(length: nil, .empty))))
        case .earlyAnswerFailed:
            machine.earlyAnswerFailed()
            return ""
        case .awaitSegments: return "\(machine.awaitSegments())"
        case .segmentsAvailable: return text(machine.segmentsAvailable())
        case .read(let reader): return text(machine.read(reader))
        case .cancelRead: return text(machine.cancelRead())
        case .abort: return text(machine.abort())
        case .complete: return text(machine.complete())
        case .checkOverdue(let now):
            return machine.isOverdue(at: now, interval: Self.interval, limits: limits) ? "overdue" : "in time"
        }
    }

    /// Applies the events one after the other, and compares the actions of each.
    mutating func expect(
        _ steps: KeyValuePairs<ExchangeEvent, String>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (number, step) in steps.enumerated() {
            let text = apply(step.key)
            #expect(text == step.value, "step \(number): \(step.key)", sourceLocation: sourceLocation)
        }
    }

    private func text(_ actions: ExchangeStateMachine<String>.Actions) -> String {
        var parts = [text(actions.connection)]
        if let delivery = actions.delivery {
            let result =
                switch delivery.result {
                case .success(let bytes?): "\(bytes.count) bytes"
                case .success(nil): "the end"
                case .failure(let error): error is CancellationError ? "cancellation" : "\(error)"
                }
            parts.append("\(delivery.reader) gets \(result)")
        }
        if actions.cancelsHandler { parts.append("cancel") }
        return parts.joined(separator: ", ")
    }

    private func text(_ action: ExchangeStateMachine<String>.ConnectionAction) -> String {
        switch action {
        case .proceed: "proceed"
        case .startHandler: "start"
        case .suspend: "suspend"
        case .resume: "resume"
        case .queue(let response, let closing): "queue \(response.status.code)" + (closing ? " closing" : "")
        case .answerEarly(let response, let resuming):
            "answer \(response.status.code) early" + (resuming ? ", resume" : "")
        case .close(let lingering): "close" + (lingering ? " lingering" : "")
        }
    }
}
