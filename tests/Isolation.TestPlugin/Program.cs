using Isolation.Plugins;
using Isolation.TestPlugin;

return await PluginProgram.RunAsync<ITestPlugin>(context => new Isolation.TestPlugin.TestPlugin(context));
