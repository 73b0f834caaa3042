namespace Sira.Kernel.Resources.Gangs;

/// <summary>What a gang needs: all of it at once, or nothing.</summary>
/// <param name="Strategy">How the members are to be placed.</param>
/// <param name="Members">What each member needs of its node, by what the pools are; not negative.</param>
public sealed record GangRequest(GangStrategy Strategy, IReadOnlyList<IReadOnlyDictionary<string, long>> Members);
