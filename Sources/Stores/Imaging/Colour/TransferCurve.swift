internal import FileFormats
internal import Glibc

/// From the code of a sample (0 to 1) to light, where 1 is the white of the screen that renditions are for.
enum TransferCurve {
    /// sRGB's own (IEC 61966-2-1), also for the curves of cameras (BT.709 and its kin): browsers show those so.
    case sRGB
    /// A power of the code.
    case exponent(Double)
    /// Absolute light (SMPTE ST 2084), tone-mapped from a maximum in cd/m².
    case perceptualQuantizer(maximumLight: Double)
    /// Light relative to a screen of 1000 cd/m² (ARIB STD-B67), tone-mapped.
    case hybridLogGamma

    /// The curve of ITU-T H.273, table 3; sRGB's for numbers that it does not specify.
    init(_ points: CodePoints) {
        self =
            switch points.transfer {
            case 4: .exponent(2.2)
            case 5: .exponent(2.8)
            case 8: .exponent(1)
            case 16:
                .perceptualQuantizer(maximumLight: points.maximumLight.map(Double.init) ?? ToneMapping.usualMaximum)
            case 17: .exponent(2.6)
            case 18: .hybridLogGamma
            default: .sRGB
            }
    }

    func light(_ code: Double) -> Double {
        switch self {
        case .sRGB: code <= 0.04045 ? code / 12.92 : pow((code + 0.055) / 1.055, 2.4)
        case .exponent(let exponent): pow(code, exponent)
        case .perceptualQuantizer(let maximum):
            ToneMapping(maximumLight: maximum).light(PerceptualQuantizer.light(code))
        case .hybridLogGamma:
            ToneMapping(maximumLight: ToneMapping.usualMaximum).light(Self.logGammaLight(code))
        }
    }

    /// Light in cd/m² on a screen of 1000 cd/m² (ITU-R BT.2100, table 5), its system gamma of 1.2 applied to each colour.
    private static func logGammaLight(_ code: Double) -> Double {
        let (a, b, c) = (0.17883277, 0.28466892, 0.55991073)
        let scene = code <= 0.5 ? code * code / 3 : (exp((code - c) / a) + b) / 12
        return ToneMapping.usualMaximum * pow(scene, 1.2)
    }
}

/// SMPTE ST 2084, as ITU-R BT.2100, table 4, has it.
enum PerceptualQuantizer {
    private static let m1 = 0.1593017578125, m2 = 78.84375
    private static let c1 = 0.8359375, c2 = 18.8515625, c3 = 18.6875
    private static let maximum = 10_000.0

    /// From a code (0 to 1) to light in cd/m².
    static func light(_ code: Double) -> Double {
        let power = pow(max(0, code), 1 / m2)
        return maximum * pow(max(0, power - c1) / (c2 - c3 * power), 1 / m1)
    }

    /// From light in cd/m² to a code.
    static func code(_ light: Double) -> Double {
        let power = pow(max(0, light) / maximum, m1)
        return pow((c1 + c2 * power) / (1 + c3 * power), m2)
    }
}
