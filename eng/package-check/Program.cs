using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Hosting;

await using var sira = SiraInstance.Create(sira => sira
    .AddSimulatedBackends()
    .UseTools());
var response = await sira.GetChatClient().GetResponseAsync("Does the package work?");
Console.WriteLine(response.Text);
Console.WriteLine(response.GetRouteDecision());
return response.GetRouteDecision()?.Attempts.Count == 1 ? 0 : 1;
