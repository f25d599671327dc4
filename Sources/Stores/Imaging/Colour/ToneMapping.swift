/// Brings light that a screen in sRGB cannot show into its range: the curve of ITU-R BT.2390, section 5.4.1
/// (docs/decisions/0044).
struct ToneMapping {
    /// The light of white paper in a picture with more light than sRGB has, in cd/m² (ITU-R BT.2408, section 2.2): it
    /// is also the most that the result can show.
    static let referenceWhite = 203.0
    /// The most light of a picture that does not say, in cd/m²: that of the screens on which such pictures are made.
    static let usualMaximum = 1000.0

    /// In codes of the perceptual quantizer.
    private let source: Double
    /// As parts of the source's code.
    private let target: Double, knee: Double

    /// - Parameter maximumLight: of the picture, in cd/m²; bounded to what the perceptual quantizer can say.
    init(maximumLight: Double) {
        source = PerceptualQuantizer.code(min(max(maximumLight, Self.referenceWhite), 10_000))
        target = PerceptualQuantizer.code(Self.referenceWhite) / source
        knee = 1.5 * target - 0.5
    }

    /// Light as a part of the screen's white, 0 to 1.
    ///
    /// - Parameter light: in cd/m².
    func light(_ light: Double) -> Double {
        let code = min(1, PerceptualQuantizer.code(light) / source)
        return min(1, PerceptualQuantizer.light(compressed(code) * source) / Self.referenceWhite)
    }

    /// Straight below the knee, and a Hermite spline above it.
    private func compressed(_ code: Double) -> Double {
        guard code > knee, knee < 1 else { return code }
        let t = (code - knee) / (1 - knee)
        let (t2, t3) = (t * t, t * t * t)
        return (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (3 * t2 - 2 * t3) * target
    }
}
