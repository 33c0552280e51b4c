// The server as a process: how it starts, speaks TLS, and ends.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { http } from './kit.js'

const server = fileURLToPath(new URL('../server.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'wandb_lifetime.'))
after(() => rmSync(folder, { recursive: true }))

const ready = ['--folder', join(folder, 'content'), '--key', `${'a'.repeat(40)}=alice`]

// A server's process, and the port it tells.
async function begin(...options) {
    const child = spawn(process.execPath, [server, ...ready, ...options], { stdio: ['pipe', 'pipe', 'pipe'] })
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)))
    let output = ''
    for await (const chunk of child.stdout) {
        output += chunk
        if (output.includes('\n')) break
    }
    return { child, ended, port: /^listening (\d+)\n$/.exec(output)?.[1] }
}

test('it ends with its standard input', async () => {
    const { child, ended, port } = await begin()
    assert.equal((await http('GET', `http://127.0.0.1:${port}/test/state`)).status, 200)
    child.stdin.end()
    assert.equal(await ended, 0)
})

test('it ends by SIGTERM, and tells its process', async () => {
    const file = join(folder, 'pid')
    const { child, ended } = await begin('--pid-file', file)
    assert.equal(readFileSync(file, 'utf8'), `${child.pid}\n`)
    child.kill('SIGTERM')
    assert.equal(await ended, 0)
})

test('it speaks TLS', async () => {
    const [certificate, privateKey] = [join(folder, 'tls.pem'), join(folder, 'tls.key')]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', privateKey, '-out', certificate,
        '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' })
    const { child, ended, port } = await begin('--certificate', certificate, '--private-key', privateKey)
    const ask = (path, options = {}, body = null) => new Promise((resolve, reject) => {
        const asked = request(`https://127.0.0.1:${port}${path}`, { ca: readFileSync(certificate), agent: false, ...options }, (response) => {
            let text = ''
            response.on('data', (chunk) => (text += chunk)).on('end', () => resolve({ status: response.statusCode, text }))
        })
        asked.on('error', reject).end(body)
    })
    assert.equal((await ask('/test/state')).status, 200)
    await assert.rejects(ask('/test/state', { ca: [] }), /self-signed|self signed/)
    const headers = { Authorization: `Basic ${Buffer.from(`api:${'a'.repeat(40)}`).toString('base64')}` }
    const query = 'mutation { upsertBucket(input: {modelName: "p", name: "r"}) { inserted } createRunFiles(input: {entityName: "alice", projectName: "p", runName: "r", files: ["f"]}) { files { uploadUrl } } }'
    const { text } = await ask('/graphql', { method: 'POST', headers }, JSON.stringify({ query }))
    assert.match(JSON.parse(text).data.createRunFiles.files[0].uploadUrl, /^https:\/\/127\.0\.0\.1:/)
    await ask('/test/faults', { method: 'POST' }, '{"operation": "graphql", "kind": "reset-after"}')
    await assert.rejects(ask('/graphql', { method: 'POST', headers }, JSON.stringify({ query })), /hang up|ECONNRESET/)
    child.stdin.end()
    await ended
})

test('options that are wrong are told', async () => {
    const wrong = [['--port', 'x'], ['--nothing'], ['--certificate', 'x'], ['--answer', 'none=1'], ['--answer', 'multipart=perhaps'],
        ['--team', 'x'], ['--default-entity', 'nobody=x'], ['--organization', 'o=none']]
    for (const options of wrong) {
        const { child, ended } = await begin(...options)
        child.stdin.end()
        assert.notEqual(await ended, 0)
    }
})
