namespace Sira.Requests;

/// <summary>What the response cache may do for one request.</summary>
public enum CacheMode
{
    /// <summary>Look it up, and store the answer.</summary>
    Default,

    /// <summary>Neither look it up nor store the answer.</summary>
    Bypass,

    /// <summary>Ask anew and store the answer, which replaces the one that was kept.</summary>
    Refresh,

    /// <summary>Look it up, but store nothing.</summary>
    ReadOnly,
}
