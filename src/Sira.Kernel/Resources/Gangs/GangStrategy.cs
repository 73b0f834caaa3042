namespace Sira.Kernel.Resources.Gangs;

/// <summary>How the members of a gang are to be placed, with the names that Ray gives to it.</summary>
public enum GangStrategy
{
    /// <summary>On as few nodes as can be found.</summary>
    Pack,

    /// <summary>On as many nodes as can be found.</summary>
    Spread,

    /// <summary>All on one node.</summary>
    StrictPack,

    /// <summary>Each on a node of its own.</summary>
    StrictSpread,
}
