namespace Sira.Storage.Writing;

/// <summary>What a batch does with a key.</summary>
public enum StoreOperationKind
{
    /// <summary>Only asks that the condition holds.</summary>
    Check,

    /// <summary>Writes a value.</summary>
    Put,

    /// <summary>Deletes a value.</summary>
    Delete,

    /// <summary>Appends events to a stream.</summary>
    Append,
}
