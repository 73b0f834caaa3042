using System.Globalization;
using Sira.Kernel.Sealing;

namespace Sira.Storage.Codecs.KeyRings;

/// <summary>A key of the ring was asked for after its end.</summary>
public sealed class ExpiredKeyException : SealingException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="keyId">The id of the key.</param>
    /// <param name="expiredAt">When it ended.</param>
    public ExpiredKeyException(string keyId, DateTimeOffset expiredAt)
        : base(string.Create(CultureInfo.InvariantCulture, $"The key '{keyId}' has expired at {expiredAt:u}. Make another one current; where data keys are still wrapped with this one, put its {nameof(KeyRingEntry.ExpiresAt)} off until they have been wrapped anew."))
        => (KeyId, ExpiredAt) = (keyId, expiredAt);

    /// <summary>Gets the id of the key.</summary>
    public string KeyId { get; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset ExpiredAt { get; }
}
