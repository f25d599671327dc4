import Domain
import SystemIO
import Testing

@testable import Imaging

extension ImagingSuite {
    @Suite struct DominantColourTests {
        @Test func `is the mean of the colours that most pixels are near to`() {
            let samples: [UInt8] = [10, 10, 10, 200, 100, 40, 204, 102, 42, 250, 250, 250]
            #expect(DominantColour.colour(of: samples, bands: 3)?.description == "ca6529")
        }

        @Test func `pixels that are see-through do not count`() {
            let samples: [UInt8] = [10, 10, 10, 0, 10, 10, 10, 100, 200, 100, 40, 255]
            #expect(DominantColour.colour(of: samples, bands: 4)?.description == "c86428")
            #expect(DominantColour.colour(of: [10, 10, 10, 0], bands: 4) == nil)
            #expect(DominantColour.colour(of: [], bands: 3) == nil)
        }

        @Test func `grey pictures have grey colours`() {
            #expect(DominantColour.colour(of: [7, 200, 202], bands: 1)?.description == "c9c9c9")
            #expect(DominantColour.colour(of: [200, 255, 7, 0, 9, 1], bands: 2)?.description == "c8c8c8")
        }

        @Test func `a worker finds it in a thumbnail`() async throws {
            try await Workshop.withWorkers { workers in
                let colour = try await workers.dominantColour(
                    of: Workshop.scratch(Fixtures.bitmap(width: 8, height: 4)), format: .bmp)
                #expect(colour?.description == "808080")
            }
        }
    }
}
