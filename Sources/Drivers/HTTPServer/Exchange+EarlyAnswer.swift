internal import Chronology
internal import Glibc
internal import HTTPTypes
internal import Runtime

extension Exchange {
    /// Whether the request was answered although its body was still coming: the connection cannot be kept.
    var hasAnsweredEarly: Bool { state.withLock { $0.answeredEarly != nil } }

    /// Answers while the body is still coming, where much of it is: libmicrohttpd itself answers only behind the body's
    /// end, and a client whose gigabyte is refused by its first bytes should neither send it all nor be cut off unheard.
    ///
    /// What comes after is read and dropped for a while, so that the client can read the answer. With the lock held, so
    /// that the socket is open.
    func answerEarly(_ response: HTTPResponse, _ state: inout State) {
        guard state.isHeadDone, !state.isAborted, state.answeredEarly == nil, state.body.hasLongRest,
            case .bytes(let body) = response.body
        else { return }
        // `100 Continue` may be on its way: with the first bytes of the body it has arrived.
        if state.body.isExpectingContinue, state.body.received == 0 { return }
        state.answeredEarly = monotonicSeconds()
        state.body.discardRest()
        let bytes = Self.head(of: response, length: body.count) + body
        let count = send(peer.socket, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        // No room for a few hundred bytes: the client reads nothing, and has not earned patience.
        if count != bytes.count { state.isAborted = true }
    }

    private static func head(of response: HTTPResponse, length: Int) -> [UInt8] {
        var text = "HTTP/1.1 \(response.status.code) \(response.status.reason)\r\n"
        var fields = response.fields
        fields["Date"] = HTTPDate.format(.now)
        fields["Connection"] = "close"
        fields["Content-Length"] = String(length)
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
