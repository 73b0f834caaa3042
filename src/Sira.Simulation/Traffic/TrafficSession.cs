using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sira.Kernel.Time;

namespace Sira.Simulation.Traffic;

/// <summary>What all routes of one recording share: its beginning, and the salt of its pseudonyms.</summary>
internal sealed class TrafficSession(TimeProvider time, IRandomSource random)
{
    private readonly long started = time.GetTimestamp();
    private readonly string salt = string.Create(CultureInfo.InvariantCulture, $"{random.Next(int.MaxValue)}-{random.Next(int.MaxValue)}-{random.Next(int.MaxValue)}-{random.Next(int.MaxValue)}");

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    public string Pseudonym(string identity) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(salt + identity)).AsSpan(0, 6));
}
