/** How `CodeDeliveryDetails` shows where a code went without telling the whole address. */

const firstOf = (text: string): string => [...text][0] ?? '';

/** `jane@example.com` → `j***@e***`: the first letter of each side, always three stars. */
export const maskEmail = (email: string): string => {
  const at = email.lastIndexOf('@');
  if (at < 0) return `${firstOf(email)}***`;
  return `${firstOf(email.slice(0, at))}***@${firstOf(email.slice(at + 1))}***`;
};

/** `+15551231234` → `+*******1234`: as long as the number, its last four digits in clear. */
export const maskPhone = (phone: string): string => {
  const digits = phone.replace(/^\+/, '');
  return `+${digits.slice(-4).padStart(digits.length, '*')}`;
};
