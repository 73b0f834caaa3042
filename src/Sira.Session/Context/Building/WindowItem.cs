namespace Sira.Session.Context.Building;

/// <summary>Something that enters a window whole.</summary>
/// <param name="Size">What it takes.</param>
/// <param name="Input">What of it was there when its turn was asked: the messages before the first answer.</param>
internal readonly record struct WindowItem(ContextRoom Size, ContextRoom Input);
