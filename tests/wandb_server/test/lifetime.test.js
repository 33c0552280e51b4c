// The server as a process: how it starts, speaks TLS, and ends.

import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { http } from './kit.js'

const helper = fileURLToPath(new URL('../../wandb/with_server.sh', import.meta.url))
const modules = process.env.WANDB_SERVER_MODULES
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
    assert.deepEqual(readdirSync(join(folder, 'content')), []) // no content is left
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
    execFileSync(
        'openssl',
        [
            'req',
            '-x509',
            '-newkey',
            'rsa:2048',
            '-nodes',
            '-keyout',
            privateKey,
            '-out',
            certificate,
            '-subj',
            '/CN=localhost',
            '-addext',
            'subjectAltName=IP:127.0.0.1',
        ],
        { stdio: 'ignore' },
    )
    const { child, ended, port } = await begin('--certificate', certificate, '--private-key', privateKey)
    const ask = (path, options = {}, body = null) =>
        new Promise((resolve, reject) => {
            const asked = request(
                `https://127.0.0.1:${port}${path}`,
                { ca: readFileSync(certificate), agent: false, ...options },
                (response) => {
                    let text = ''
                    response
                        .on('data', (chunk) => (text += chunk))
                        .on('end', () => resolve({ status: response.statusCode, text }))
                },
            )
            asked.on('error', reject).end(body)
        })
    assert.equal((await ask('/test/state')).status, 200)
    await assert.rejects(ask('/test/state', { ca: [] }), /self-signed|self signed/)
    const headers = { Authorization: `Basic ${Buffer.from(`api:${'a'.repeat(40)}`).toString('base64')}` }
    const query = `mutation { upsertBucket(input: {modelName: "p", name: "r"}) { inserted }
        createRunFiles(input: {entityName: "alice", projectName: "p", runName: "r", files: ["f"]}) { files { uploadUrl } } }`
    const { text } = await ask('/graphql', { method: 'POST', headers }, JSON.stringify({ query }))
    assert.match(JSON.parse(text).data.createRunFiles.files[0].uploadUrl, /^https:\/\/127\.0\.0\.1:/)
    await ask('/test/faults', { method: 'POST' }, '{"operation": "graphql", "kind": "reset-after"}')
    await assert.rejects(
        ask('/graphql', { method: 'POST', headers }, JSON.stringify({ query })),
        /hang up|ECONNRESET/,
    )
    child.stdin.end()
    await ended
})

test('options that are wrong are told', async () => {
    const wrong = [
        ['--port', 'x'],
        ['--nothing'],
        ['--certificate', 'x'],
        ['--answer', 'none=1'],
        ['--answer', 'multipart=perhaps'],
        ['--team', 'x'],
        ['--default-entity', 'nobody=x'],
        ['--organization', 'o=none'],
    ]
    for (const options of wrong) {
        const { child, ended } = await begin(...options)
        child.stdin.end()
        assert.notEqual(await ended, 0)
    }
})

const environment = { ...process.env, TMPDIR: folder, WANDB_RUN_ID: 'mine' }
const isThere = (pid) => {
    try {
        process.kill(pid, 0)
        return true
    } catch {
        return false
    }
}
const leftOver = () => readdirSync(folder).filter((name) => name.startsWith('wandb_server.'))

test('the helper runs a command as a user, and cleans up', async () => {
    const script = `curl -sf "$WANDB_TEST_URL/state" && cat && echo "$WANDB_TEST_PID $WANDB_ENTITY \${WANDB_RUN_ID-none}"; exit 5`
    const options = { env: environment, input: 'input\n', encoding: 'utf8' }
    const { status, stdout } = spawnSync(
        helper,
        [modules, '--url-life', '2', '--', 'sh', '-c', script],
        options,
    )
    const [, pid] = /^\{"projects":\{\}.*\}input\n(\d+) research none\n$/.exec(stdout) ?? []
    assert.equal(status, 5)
    assert.equal(isThere(Number(pid)), false)
    assert.deepEqual(leftOver(), [])
})

test('the helper tells what is wrong', async () => {
    const run = (...words) => spawnSync(helper, [modules, ...words], { env: environment, encoding: 'utf8' })
    for (const words of [[], ['true'], ['--']]) assert.equal(run(...words).status, 2)
    const { status, stderr } = run('--nothing', '--', 'true')
    assert.equal(status, 1)
    assert.match(stderr, /usage: server\.js.*does not start/s)
    assert.deepEqual(leftOver(), [])
})

test('the server does not outlive a helper that is killed', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM']) {
        const child = spawn(helper, [modules, '--', 'sh', '-c', 'echo $WANDB_TEST_PID; exec sleep 2'], {
            env: environment,
            stdio: ['ignore', 'pipe', 'inherit'],
        })
        const pid = Number(await new Promise((resolve) => child.stdout.once('data', resolve)))
        assert.ok(isThere(pid))
        child.kill(signal)
        for (let tries = 0; isThere(pid) && tries < 400; tries++) await sleep(20)
        assert.equal(isThere(pid), false, signal)
    }
})

test('without node or npm the tests are skipped', async () => {
    const bare = { PATH: join(folder, 'bin'), WANDB_SERVER_MODULES: '' }
    execFileSync('sh', [
        '-c',
        'mkdir "$0" && for one in dirname sh mkdir cat; do ln -s "$(command -v $one)" "$0"; done',
        bare.PATH,
    ])
    const { status, stderr } = spawnSync('/bin/sh', [helper, modules, '--', 'true'], {
        env: bare,
        encoding: 'utf8',
    })
    assert.equal(status, 77)
    assert.match(stderr, /^not run: there is no node; cmake\/deps\.sh installs it\n$/)
})
