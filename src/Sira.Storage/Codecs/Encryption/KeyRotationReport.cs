namespace Sira.Storage.Codecs.Encryption;

/// <summary>How far wrapping the data keys anew is, or what came of it.</summary>
/// <param name="KeyId">The key-encryption key that wraps them now.</param>
/// <param name="Subjects">How many subjects were looked at.</param>
/// <param name="Rewrapped">Of how many the data keys were wrapped anew. The others' were already, or are erased.</param>
/// <param name="Failed">Of how many they could not be; the log has each.</param>
public readonly record struct KeyRotationReport(string KeyId, long Subjects, long Rewrapped, long Failed)
{
    /// <summary>Gets whether no failure stands against removing the former key.</summary>
    public bool IsComplete => Failed == 0;
}
