// Digests against values that real clients have made.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { digestOf, md5, start } from './kit.js'

const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
const vectors = [
    ['64e7c61456b10382e2f3b571ac24b659', {}],
    [
        '72c8fe3d56b0760f41f1f2d88f607ab9',
        { 'one.txt': 'alpha\n', 'sub/two.bin': Buffer.from('\x00\x01beta'), 'three.json': '{"k": 3}' },
    ],
    ['8740645a921f8bd0ee980ba17ef72354', { 'a.txt': 'alpha', 'sub/b.bin': bytes, empty: '' }],
]
const client = await start()

test("a file's digest is the base64 of its MD5", () => {
    assert.equal(md5(''), '1B2M2Y8AsgTpgAmY7PhCfg==')
})

for (const [digest, contents] of vectors) {
    test(`an artifact of ${Object.keys(contents).length} files is committed as ${digest}`, async () => {
        const entries = Object.entries(contents).map(([path, content]) => [path, { digest: md5(content) }])
        assert.equal(digestOf(Object.fromEntries(entries)), digest)
        const id = await client.log(`n${entries.length}-${digest.slice(0, 4)}`, contents)
        const { artifact } = await client.query(
            'query Q($id: ID!) { artifact(id: $id) { digest state fileCount } }',
            { id },
        )
        assert.deepEqual(artifact, { digest, state: 'COMMITTED', fileCount: entries.length })
    })
}

test('paths are in the order of their bytes, not of their UTF-16', () => {
    const [a, b] = ['\u{ff5e}', '\u{1f600}'] // the second has the smaller code units, and the larger bytes
    const text = `wandb-artifact-manifest-v1\n${a}:x\n${b}:y\n`
    assert.ok(a > b)
    assert.equal(
        digestOf({ [b]: { digest: 'y' }, [a]: { digest: 'x' } }),
        createHash('md5').update(text).digest('hex'),
    )
})

test('no request was wrong', () => assert.deepEqual(client.world.log.problems, []))
