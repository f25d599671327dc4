import HTTPTypes
import Streams
import SystemIO
import Testing

@Suite struct HTTPMessageTests {
    @Test func `a body states its length if it is known`() {
        #expect(HTTPBody.empty.length == 0 && HTTPBody.bytes([1, 2, 3]).length == 3)
        #expect(HTTPBody.stream(length: 7, .empty).length == 7 && HTTPBody.stream(length: nil, .empty).length == nil)
        #expect(HTTPBody.segments(length: 9, SegmentStream { nil }).length == 9)
    }

    @Test func `a status and a method are written as in a message`() {
        #expect(HTTPStatus.notFound.description == "404 Not Found" && HTTPMethod.patch.description == "PATCH")
    }
}
