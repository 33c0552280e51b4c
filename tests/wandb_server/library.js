// GraphQL's reference implementation, the one package that the server needs. npm puts it into the build
// tree (install.sh), where an import from the source tree would not look.

import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

process.env.NODE_ENV ??= 'production' // the package checks less that cannot be wrong here

const folder =
    process.env.WANDB_SERVER_MODULES ??
    fileURLToPath(new URL('../../build/tests/wandb_server', import.meta.url))

export const {
    GraphQLError,
    GraphQLScalarType,
    Kind,
    buildSchema,
    execute,
    getOperationAST,
    parse,
    validate,
} = createRequire(`${folder}/package.json`)('graphql')
