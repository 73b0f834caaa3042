namespace Sira.Storage.Codecs.Encryption;

/// <summary>What came of an erasure.</summary>
/// <param name="Keys">How many data keys were erased; 0 where the subject had none.</param>
/// <param name="GoneEverywhereAt">When the last process has dropped them from its memory at the latest. Where the engine has a change feed, that is at once unless the feed is disturbed.</param>
public readonly record struct KeyErasure(int Keys, DateTimeOffset GoneEverywhereAt);
