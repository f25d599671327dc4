import Testing
import Transformations

@Suite struct RenderPresetsTests {
    private func presets() throws -> RenderPresets {
        try RenderPresets(["thumb": ["width": "100", "fit": "cover", "height": "100"], "grey": ["grayscale": "true"]])
    }

    @Test func `a preset is equivalent to its parameters`() throws {
        let read = try presets().read([("preset", "thumb")])
        #expect(read.size == .box(width: 100, height: 100, .cover(.center), .never))
        #expect(try presets().read([("preset", "grey")]).tone == .grey)
    }

    @Test func `parameters in the query take precedence over the preset, in any order`() throws {
        let expected = Size.box(width: 50, height: 100, .cover(.center), .never)
        #expect(try presets().read([("preset", "thumb"), ("width", "50")]).size == expected)
        #expect(try presets().read([("width", "50"), ("preset", "thumb")]).size == expected)
    }

    @Test func `a query without a preset is not changed`() throws {
        #expect(try presets().read([("width", "50")]).size == .box(width: 50, height: nil, .inside, .never))
        #expect(try presets().read([]) == Transformation())
    }

    @Test func `an unknown preset is refused, and the existing ones are named`() throws {
        let error = try #require(throws: TransformationError.self) { try presets().read([("preset", "big")]) }
        #expect(error.code == .malformed && error.message.contains("'big'") && error.message.contains("grey, thumb"))
        let alone = try #require(throws: TransformationError.self) { try RenderPresets().read([("preset", "big")]) }
        #expect(alone.message.contains("there are none"))
    }

    @Test func `an invalid preset is refused, and the first one is named`() throws {
        let error = try #require(throws: TransformationError.self) {
            try RenderPresets(["b": ["width": "x"], "a": ["height": "y"], "c": ["width": "1"]])
        }
        #expect(error.code == .malformed && error.message.contains("'a'") && error.message.contains("'height'"))
    }
}
