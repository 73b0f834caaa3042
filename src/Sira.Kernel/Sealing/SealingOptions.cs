namespace Sira.Kernel.Sealing;

/// <summary>What a seal does to the data.</summary>
[Flags]
public enum SealingOptions
{
    /// <summary>Nothing; such data cannot be sealed.</summary>
    None = 0,

    /// <summary>Encrypts with AES-256-GCM, which also shows any change to the data.</summary>
    Encrypt = 1,

    /// <summary>Signs with HMAC-SHA256. Alone, it leaves the data readable.</summary>
    Sign = 2,
}
