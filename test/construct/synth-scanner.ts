import type { Synthesized } from './synth';
import { Processing, Scanner, type ClamAvScannerOptions, type ImageServiceProps } from '../../src';

function useScanner(scanner: Scanner, props: ImageServiceProps = {}): ImageServiceProps {
  return { ...props, processing: Processing.queue({ scanner }) };
}

export function useGuardDuty(props?: ImageServiceProps): ImageServiceProps {
  return useScanner(Scanner.guardDuty(), props);
}

export function useClamAv(options?: ClamAvScannerOptions, props?: ImageServiceProps): ImageServiceProps {
  return useScanner(Scanner.clamAv(options), props);
}

export function findId({ all }: Synthesized, type: string, idPart: string): string {
  return Object.keys(all(type)).find(id => id.includes(idPart))!;
}
