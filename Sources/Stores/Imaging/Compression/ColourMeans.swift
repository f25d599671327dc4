/// The mean colours of a picture's squares: its chroma (ITU-R BT.601), which the similarity of luminance does not
/// cover.
///
/// Formats store chroma at a lower resolution than luminance, and eyes see it so: means of squares are sufficient.
struct ColourMeans {
    /// The side of a square in pixels; squares at the right and bottom edges may be smaller.
    private static let side = 16

    private let width: Int, height: Int
    private let columns: Int
    /// Sums over the pixels of each square, in 256 steps times 65,536.
    private var blue: [Int], red: [Int]

    /// All grey.
    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        columns = (width + Self.side - 1) / Self.side
        let count = columns * ((height + Self.side - 1) / Self.side)
        (blue, red) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
    }

    /// Adds a pixel.
    ///
    /// - Parameter alpha: its opacity, 0 to 255.
    mutating func add(x: Int, y: Int, _ red: UInt8, _ green: UInt8, _ blue: UInt8, alpha: Int = 255) {
        let square = y / Self.side * columns + x / Self.side
        let (r, g, b) = (Int(red), Int(green), Int(blue))
        self.blue[square] += (32768 &* b &- 11059 &* r &- 21709 &* g) &* alpha / 255
        self.red[square] += (32768 &* r &- 27439 &* g &- 5329 &* b) &* alpha / 255
    }

    /// The difference of two pictures of the same size, in steps of 256: on average, and of the worst square.
    func difference(to other: ColourMeans) -> (mean: Double, worst: Double) {
        guard width == other.width, height == other.height, !blue.isEmpty else { return (256, 256) }
        var total = 0.0, worst = 0.0
        for square in blue.indices {
            let apart = max(abs(blue[square] - other.blue[square]), abs(red[square] - other.red[square]))
            let distance = Double(apart) / 65_536 / Double(pixels(of: square))
            total += distance
            worst = max(worst, distance)
        }
        return (total / Double(blue.count), worst)
    }

    private func pixels(of square: Int) -> Int {
        let across = min(Self.side, width - square % columns * Self.side)
        return across * min(Self.side, height - square / columns * Self.side)
    }
}
