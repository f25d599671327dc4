import FileFormats
import Testing

@Suite struct GIFTransparencyTests {
    /// Where the first two frames of a file begin.
    private let first = 19, second = 19 + 23

    /// A frame of 1 × 1 pixels.
    ///
    /// - Parameters:
    ///   - flags: of its graphic control extension; nil for none.
    ///   - codeSize: the least size of a code.
    private func frame(_ flags: UInt8?, codeSize: UInt8 = 2, _ data: [UInt8] = [0x44, 1]) -> [UInt8] {
        let control: [UInt8] = flags.map { [0x21, 0xF9, 4, $0, 10, 0, 0, 0] } ?? []
        let descriptor: [UInt8] = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0]
        return control + descriptor + [codeSize, UInt8(data.count)] + data + [0]
    }

    private func gif(side: UInt8 = 1, _ frames: [[UInt8]]) -> [UInt8] {
        Array("GIF89a".utf8) + [side, 0, side, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255] + frames.flatMap { $0 } + [0x3B]
    }

    @Test func `a frame that is cleared gets a transparent colour that it does not use`() {
        let file = gif([frame(0), frame(2 << 2)])
        var expected = file
        // The flags and the transparent colour of the second frame: codes of 2 bits cannot say 4.
        (expected[second + 3], expected[second + 6]) = (2 << 2 | 1, 4)
        #expect(GIFTransparency.explicit(file, frameLimit: 9) == expected)
    }

    @Test func `a frame that does not cover the canvas makes the file transparent`() {
        let plain = gif(side: 2, [frame(nil)])
        #expect(GIFTransparency.explicit(plain, frameLimit: 9)?.count == plain.count + 8)
        let controlled = gif(side: 2, [frame(0)])
        #expect(GIFTransparency.explicit(controlled, frameLimit: 9)?[first + 3] == 1)
    }

    @Test func `files that say it already, or have nothing to clear, stay as they are`() {
        for file in [
            gif([frame(nil)]), gif([frame(1 << 2), frame(1 << 2)]), gif([frame(2 << 2 | 1)]), gif(side: 2, [frame(1)]),
            gif([]), Array("GIF89a".utf8), [],
        ] {
            #expect(GIFTransparency.explicit(file, frameLimit: 9) == nil)
        }
    }

    @Test func `the colours of a frame with codes of 8 bits are looked for`() {
        // A clear code, the numbers 0 and 2, and the end, of 9 bits each.
        let codes = [256, 0, 2, 257].enumerated().reduce(0) { $0 | $1.element << (9 * $1.offset) }
        let data = (0..<5).map { UInt8(truncatingIfNeeded: codes >> (8 * $0)) }
        let changed = GIFTransparency.explicit(gif([frame(2 << 2, codeSize: 8, data)]), frameLimit: 9)
        #expect(changed?[first + 6] == 1)
    }

    @Test func `a frame with all colours shows what was there before, if that is nothing`() {
        let codes = [256] + Array(0..<254)
        var (bits, count, data) = (0, 0, [UInt8]())
        for code in codes + [256, 254, 255, 257] {
            bits |= code << count
            count += 9
            while count >= 8 {
                data.append(UInt8(truncatingIfNeeded: bits))
                (bits, count) = (bits >> 8, count - 8)
            }
        }
        data.append(UInt8(truncatingIfNeeded: bits))
        var frame: [UInt8] = [0x21, 0xF9, 4, 2 << 2, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 8]
        for block in [data.prefix(250), data.dropFirst(250)] { frame += [UInt8(block.count)] + block }
        frame.append(0)
        #expect(GIFTransparency.explicit(gif([frame]), frameLimit: 9)?[first + 3] == 3 << 2)
        let changed = GIFTransparency.explicit(gif([self.frame(1 << 2), frame]), frameLimit: 9)
        #expect(changed?[second + 3] == 2 << 2)
    }

    @Test func `a file that is cut off anywhere does no harm`() {
        let file = gif(side: 2, [frame(2 << 2), frame(nil, codeSize: 8)])
        for length in 0..<file.count { _ = GIFTransparency.explicit(Array(file.prefix(length)), frameLimit: 9) }
    }
}
