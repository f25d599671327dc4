/// A picture of 8 bits a sample in luma and chroma (ITU-T T.871), each in a plane of its own.
public struct PlanarPicture: Sendable {
    /// The chroma subsampling.
    public enum Chroma: Sendable, CaseIterable {
        /// Grey, without chroma.
        case none
        /// One: 4:4:4.
        case full
        /// Two beside each other: 4:2:2.
        case halfAcross
        /// Two below each other: 4:4:0.
        case halfDown
        /// Two by two: 4:2:0.
        case quarter

        /// Pixels across and down that share a sample.
        public var reach: (across: Int, down: Int) {
            switch self {
            case .none, .full: (1, 1)
            case .halfAcross: (2, 1)
            case .halfDown: (1, 2)
            case .quarter: (2, 2)
            }
        }
    }

    /// One plane among the samples, row after row. Luma is followed by a row and a column more if chroma reaches over
    /// the edge of the picture.
    public struct Plane: Sendable, Equatable {
        /// Of its first sample.
        public let offset: Int
        /// In samples, without what is beyond the edge.
        public let width: Int, height: Int
        /// Samples from one row to the next.
        public let stride: Int
        /// All that is stored of it.
        public let count: Int

        /// The offset of a row's samples, from 0.
        public func row(_ index: Int) -> Range<Int> { offset + index * stride..<offset + index * stride + width }
    }

    /// In pixels.
    public let width: Int, height: Int
    public let chroma: Chroma
    /// All planes, one after the other.
    public var samples: [UInt8]

    /// A picture whose samples are all 0.
    ///
    /// - Precondition: a side has 1 to 65,535 pixels, as in every JPEG.
    public init(width: Int, height: Int, chroma: Chroma) {
        (self.width, self.height, self.chroma) = (width, height, chroma)
        samples = []
        samples = Array(repeating: 0, count: planes.reduce(0) { $0 + $1.count })
    }

    /// Luma, and both planes of chroma if there is any. An odd row or column of pixels has chroma of its own.
    public var planes: [Plane] {
        let reach = chroma.reach
        let (across, down) = ((width + reach.across - 1) / reach.across, (height + reach.down - 1) / reach.down)
        let stride = across * reach.across
        let luma = Plane(
            offset: 0, width: width, height: height, stride: stride, count: stride * down * reach.down)
        guard chroma != .none else { return [luma] }
        let size = across * down
        return [luma]
            + [luma.count, luma.count + size].map { offset in
                Plane(offset: offset, width: across, height: down, stride: across, count: size)
            }
    }

    /// Copies samples into a plane, row after row, and repeats the last ones beyond the edge.
    public mutating func set(_ plane: Plane, to rows: [UInt8]) {
        guard rows.count == plane.width * plane.height, !rows.isEmpty else { return }
        for index in 0..<plane.count / plane.stride {
            let row = min(index, plane.height - 1) * plane.width
            let start = plane.offset + index * plane.stride
            samples.replaceSubrange(start..<start + plane.width, with: rows[row..<row + plane.width])
            for column in plane.width..<plane.stride { samples[start + column] = rows[row + plane.width - 1] }
        }
    }
}
