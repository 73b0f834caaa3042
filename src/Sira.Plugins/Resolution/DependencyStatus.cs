namespace Sira.Plugins.Resolution;

/// <summary>What became of a dependency.</summary>
public enum DependencyStatus
{
    /// <summary>A selected plugin satisfies it, and is started first.</summary>
    Plugin,

    /// <summary>The host satisfies it.</summary>
    Host,

    /// <summary>It is optional, and nothing selected is of that name.</summary>
    Absent,

    /// <summary>It is optional, and what is selected is of another version.</summary>
    OutOfRange,

    /// <summary>It is optional, and using it would let plugins wait for one another in a circle.</summary>
    Circular,
}
