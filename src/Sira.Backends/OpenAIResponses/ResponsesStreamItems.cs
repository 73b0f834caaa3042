using System.Text.Json;
using Sira.Backends.OpenAIResponses.Items;
using Sira.Backends.Wire.Json;

namespace Sira.Backends.OpenAIResponses;

/// <summary>The output items of a stream, found by the index that events name, or else by their id.</summary>
internal sealed class ResponsesStreamItems
{
    private readonly Dictionary<long, ResponsesStreamItem> _items = [];
    private int _clientCalls;

    /// <summary>Gets whether some call waits for the client.</summary>
    public bool AwaitsClient => _clientCalls > 0;

    /// <summary>Gets the function calls that were announced and not ended, in the order of the output.</summary>
    public List<ResponsesStreamItem> Pending
    {
        get
        {
            List<ResponsesStreamItem> pending = [];
            foreach (var item in _items.Values)
            {
                if (!item.IsDone && item.Arguments is not null)
                {
                    pending.Add(item);
                }
            }

            return pending;
        }
    }

    /// <summary>Remembers an announced item.</summary>
    public void Start(JsonElement element, JsonElement item) =>
        _items[element.GetInt64OrNull("output_index") ?? _items.Count] = new() { Announced = item, Id = item.GetStringOrNull("id") };

    /// <summary>Returns the item that an event is about; one that was not announced begins with it.</summary>
    public ResponsesStreamItem Get(JsonElement element, string? itemId = null)
    {
        itemId ??= element.GetStringOrNull("item_id");
        var index = element.GetInt64OrNull("output_index");
        if (index is { } known && _items.TryGetValue(known, out var found))
        {
            return found;
        }

        if (index is null && itemId is not null && FindById(itemId) is { } named)
        {
            return named;
        }

        return _items[index ?? _items.Count] = new() { Id = itemId };
    }

    /// <summary>Returns the item that stands at a place of the complete output.</summary>
    public ResponsesStreamItem Find(string? itemId, int index)
    {
        if (itemId is not null && FindById(itemId) is { } named)
        {
            return named;
        }

        if (_items.TryGetValue(index, out var found))
        {
            return found;
        }

        return _items[index] = new() { Id = itemId };
    }

    /// <summary>Takes note of a complete item.</summary>
    public void Count(JsonElement item) => _clientCalls += ResponsesItemTypes.CountClientCalls(item);

    /// <summary>Returns what a message item's first text is to remember. The item is taken for completed, which it is when its text is ever sent back.</summary>
    public static JsonElement? ReadMessageMembers(ResponsesStreamItem item)
    {
        using var document = item.Announced.GetStringOrNull("phase") is { } phase
            ? JsonDocument.Parse($$"""{"id":"{{JsonEncodedText.Encode(item.Id!)}}","status":"completed","phase":"{{JsonEncodedText.Encode(phase)}}"}""")
            : JsonDocument.Parse($$"""{"id":"{{JsonEncodedText.Encode(item.Id!)}}","status":"completed"}""");
        return document.RootElement.Clone();
    }

    private ResponsesStreamItem? FindById(string itemId)
    {
        foreach (var item in _items.Values)
        {
            if (item.Id == itemId)
            {
                return item;
            }
        }

        return null;
    }
}
