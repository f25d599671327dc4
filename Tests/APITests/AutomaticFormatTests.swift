import Domain
import HTTPTypes
import Runtime
import TestApplication
import Testing

@testable import Composition
@testable import Services

@Suite struct AutomaticFormatTests {
    private static let accept = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"

    /// Renders of half a second that wait, and the format that is chosen meanwhile.
    @Test(arguments: [(1, "image/avif"), (5, "image/webp"), (12, "image/jpeg")])
    func `a format that would take too long gives way to the next, this time`(waiting: Int, type: String) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            let made = try await application.upload(TestPicture.png())
            let id = try #require(ImageID(made["id"].string ?? ""))
            let path = "/v1/images/\(id)/render?width=16"
            let digest = try await application.assembly.library.record(id, for: .root).content.digest
            let admission = application.assembly.admission
            let end = ChangeSignal()
            let held = (0...waiting).map { _ in
                Task {
                    let cost = RenderCost(bytes: 1, seconds: 0.5)
                    try await admission.withRoom(for: cost, of: digest, client: .address("127.0.0.1")) {
                        await end.wait(after: 0, atMost: 60)
                    }
                }
            }
            try await Self.wait { admission.load.waiting == waiting }
            let answer = Task { try await application.get(path, ["Accept": Self.accept]) }
            try await Self.wait { admission.load.waiting == waiting + 1 }
            end.signal()
            for render in held { try await render.value }
            #expect(try await answer.value.fields["Content-Type"] == type)
            let later = try await application.get(path, ["Accept": Self.accept])
            #expect(later.fields["Content-Type"] == "image/avif")
        }
    }

    private static func wait(until isSo: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
