using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quickstart;
using Sira.Gateway.Clients;
using Sira.Kernel.Messaging;

// dotnet run --project samples/Quickstart                       real providers where a key is set, simulated ones otherwise
// dotnet run --project samples/Quickstart -- "my question"      asks that
var question = args.Length > 0 ? string.Join(' ', args) : null;

var providers = await Providers.FindAsync();
var outage = new Outage();

var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddSira(sira => providers.Register(sira)
    .AddRoute("default", route => route
        .To(providers.Primary)
        .FallBackTo([.. providers.Others]))
    .UseTools());
foreach (var backend in providers.Backends)
{
    // What step 5 breaks: any handler can be put in front of a backend under the name sira:{backend}.
    builder.Services.AddHttpClient("sira:" + backend).AddHttpMessageHandler(() => outage.CreateHandler());
}

using var host = builder.Build();
await host.StartAsync();

var output = new Output();
output.Title(providers.Description);
var tour = new Tour(host.Services.GetRequiredService<IChatClient>(), host.Services.GetRequiredService<ISira>(), host.Services.GetRequiredService<IMessageBus>(), outage, output);
try
{
    await tour.RunAsync(question);
}
catch (Sira.Errors.RequestFailedException exception)
{
    output.Failure(exception);
    return 1;
}
finally
{
    await host.StopAsync();
}

return 0;
