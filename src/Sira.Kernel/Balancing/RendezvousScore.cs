using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing;

/// <summary>The score of a candidate in weighted rendezvous hashing: <c>-share / ln(u)</c>, u being the hash of key and identity as a number between 0 and 1.</summary>
internal static class RendezvousScore
{
    public static double Of(Endpoint endpoint, double share, ulong key) => -share / Math.Log(Fraction(StableHash.Combine(key, endpoint.IdHash)));

    // The upper 52 bits and a half: strictly between 0 and 1, so that the logarithm is finite and not zero.
    private static double Fraction(ulong hash) => ((hash >> 12) + 0.5) / (1L << 52);
}
