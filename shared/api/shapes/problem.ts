import { z } from 'zod';

export const problem = z
  .strictObject({
    type: z.string().meta({ description: 'Kind of problem; docs/problems.md tells what to do about each' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().meta({
            description: 'JSON pointer into the body, or into the parameters where the body is not at fault',
          }),
          row: z
            .int()
            .exactOptional()
            .meta({ description: 'Row of a batch, from 1; 0 is the header of a CSV text' }),
          column: z.string().exactOptional(),
          detail: z.string(),
        }),
      )
      .exactOptional(),
    operation: z.string().exactOptional().meta({ description: 'Operation that stands in the way' }),
    dependents: z
      .array(
        z.strictObject({
          network: z.string(),
          host: z.string(),
          promised: z
            .string()
            .exactOptional()
            .meta({ description: 'Prefix that is still promised to the host, which is gone' }),
        }),
      )
      .exactOptional()
      .meta({ description: 'Every host that stands in the way' }),
    traceId: z.string().exactOptional(),
  })
  .meta({
    id: 'Problem',
    example: {
      type: '/problems/invalid-request',
      title: 'The request has mistakes',
      status: 400,
      detail: '/colour: Unknown field.',
      errors: [{ pointer: '/colour', detail: 'Unknown field.' }],
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    },
  });
