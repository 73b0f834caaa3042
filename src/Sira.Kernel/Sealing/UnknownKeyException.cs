namespace Sira.Kernel.Sealing;

/// <summary>The key that sealed the data is not in the key ring.</summary>
public sealed class UnknownKeyException : SealingException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="keyId">The id of the key.</param>
    public UnknownKeyException(string keyId)
        : base($"The data was sealed with the key '{keyId}', which the key ring does not hold. Add that key to the ring as a retired one and open the data again; without it the data cannot be read.") => KeyId = keyId;

    /// <summary>Gets the id of the key.</summary>
    public string KeyId { get; }
}
