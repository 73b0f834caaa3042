namespace Sira.Benchmarks.Plugins;

/// <summary>What kind of world the resolver is measured on.</summary>
public enum ResolverGraph
{
    /// <summary>Layers; ranges within a major version, as people write them; 30 plugins asked for.</summary>
    Realistic,

    /// <summary>The same, and the host asks for all 1,000.</summary>
    EverythingAsked,

    /// <summary>The newest ten versions of each plugin ask too much of the layer below, so that each has to be given up.</summary>
    Backtracking,

    /// <summary>The realistic one, with two requests that contradict each other at the bottom.</summary>
    Unsolvable,

    /// <summary>Each version of a plugin admits two versions of random others, whatever their number: many dead ends, none obvious.</summary>
    Random,
}
