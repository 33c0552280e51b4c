// A server of the W&B API for tests. Ends when its standard input does, or by SIGTERM: it does not outlive
// the test that started it.

import { writeFileSync } from 'node:fs'
import { parseOptions, usage } from './options.js'
import { Service } from './http/service.js'

async function main() {
    let options
    try {
        options = parseOptions(process.argv.slice(2))
    } catch (error) {
        console.error(`${error.message}\n${usage}`)
        process.exit(2)
    }
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
    process.stdin
        .on('end', () => process.exit(0))
        .on('error', () => process.exit(0))
        .resume()
    process.stdout.on('error', () => {}) // who started it need not read on
    if (options.pidFile) writeFileSync(options.pidFile, `${process.pid}\n`)
    const service = new Service(options)
    process.on('exit', () => service.world.objects.remove())
    const port = await service.listen()
    console.log(`listening ${port}`)
}

main().catch((error) => {
    console.error(`wandb server: ${error.message}`)
    process.exit(1)
})
