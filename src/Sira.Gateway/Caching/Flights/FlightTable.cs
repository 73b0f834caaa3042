using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Sira.Gateway.Caching.Keys;
using Sira.Requests;

namespace Sira.Gateway.Caching.Flights;

/// <summary>What is under way, so that the same request is not sent twice at the same time.</summary>
internal sealed class FlightTable
{
    private readonly ConcurrentDictionary<CacheKey, Flight> flights = new();

    public int Count => flights.Count;

    /// <summary>Joins the flight of the same request, or begins one.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="inner">Who is asked.</param>
    /// <param name="request">The request.</param>
    /// <param name="alone">Whether to wait for nobody and to let nobody wait.</param>
    /// <param name="leads">Whether a new one was begun.</param>
    public Flight Enter(ResponseCache cache, IChatClient inner, FlightRequest request, bool alone, out bool leads)
    {
        var key = request.Key.Exact;
        while (true)
        {
            if (!alone && flights.TryGetValue(key, out var existing))
            {
                if (existing.TryJoin())
                {
                    leads = false;
                    return existing;
                }

                Remove(existing);
            }

            leads = true;
            var flight = new Flight(cache, inner, request);
            if (alone || request.Mode != CacheMode.Default || flights.TryAdd(key, flight))
            {
                return flight;
            }

            flight.Dispose();
        }
    }

    public void Remove(Flight flight) => flights.TryRemove(new KeyValuePair<CacheKey, Flight>(flight.Request.Key.Exact, flight));
}
