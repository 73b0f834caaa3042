namespace Sira.Storage.Codecs.Encryption;

/// <summary>How values are encrypted. The numbers stand in stored values.</summary>
public enum ValueEncryption
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>By AES-256 in Galois/counter mode (NIST SP 800-38D), with a data key for each subject.</summary>
    AesGcm = 1,
}
