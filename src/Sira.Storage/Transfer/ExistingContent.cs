namespace Sira.Storage.Transfer;

/// <summary>What an import does where there is something already.</summary>
public enum ExistingContent
{
    /// <summary>It refuses a partition that has something in it.</summary>
    Fail,

    /// <summary>It replaces values and streams of the same name, and leaves others alone.</summary>
    Overwrite,

    /// <summary>It leaves values and streams of the same name as they are.</summary>
    Skip,
}
