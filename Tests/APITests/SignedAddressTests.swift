import HTTPTypes
import Testing

@testable import API

@Suite struct SignedAddressTests {
    @Test(arguments: [
        ("/v1/images/x/render?width=4&height=3&key=k", "/v1/images/x/render", "height=3&key=k&width=4"),
        (
            "/v1/images/x/render?key=k&%77idth=%34&height=3&signature=abc", "/v1/images/x/render",
            "height=3&key=k&width=4"
        ),
        ("/iiif/3/x/0,0,8,8/!4,4/90/default.jpg", "/iiif/3/x/0%2C0%2C8%2C8/%214%2C4/90/default.jpg", ""),
        ("/a%2Fb/c?preset=a%26b%3Dc+d", "/a%2Fb/c", "preset=a%26b%3Dc%20d"),
        ("/a?x=2&x=1", "/a", "x=1&x=2"), ("/a?~-._=ä", "/a", "~-._=%C3%A4"),
    ])
    func `an address has one form that is signed`(address: String, path: String, query: String) throws {
        let message = SignedAddress.message(for: try RequestTarget(address))
        #expect(String(decoding: message, as: UTF8.self) == "tintype-address-1\n\(path)\n\(query)")
    }

    @Test(arguments: [
        ("/a/b", "/a%2Fb"), ("/a?x=1&y=2", "/a?x=1%26y=2"), ("/a?x=1", "/a?x=1&x=1"), ("/a?x=1", "/A?x=1"),
        ("/a?x=1", "/a?x=1&expires=5"), ("/a?key=1", "/a?key=2"), ("/a//b", "/a/b"),
    ])
    func `different addresses have different signed forms`(one: String, other: String) throws {
        let messages = try [one, other].map { SignedAddress.message(for: try RequestTarget($0)) }
        #expect(messages[0] != messages[1])
    }
}
